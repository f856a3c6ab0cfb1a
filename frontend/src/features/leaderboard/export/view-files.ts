/** The files that a view can be taken away as. PNG is drawn from SVG, in the browser. */
export const VIEW_FILES = [
  { format: 'csv', name: 'CSV', title: 'Numbers, unrounded, one line a row' },
  { format: 'json', name: 'JSON', title: 'Numbers, unrounded, with the parameters of this view' },
  { format: 'latex', name: 'LaTeX', title: 'A booktabs table with what is shown' },
  { format: 'bibtex', name: 'BibTeX', title: 'The submissions shown, the challenge and its dataset version' },
  { format: 'svg', name: 'SVG', title: 'This table as a figure' },
] as const;

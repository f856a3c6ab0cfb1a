export {
  findLeaks,
  inspectDataset,
  type InspectDatasetOptions,
  type LocatedFile,
} from './inspect-dataset.js';

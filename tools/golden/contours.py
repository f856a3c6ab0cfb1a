"""Contour lines of random fields by contourpy's mpl2014, the generator of matplotlib up to 3.7.

    /usr/bin/python3 tools/golden/contours.py packages/science/test/golden/contours.json

The committed output was written with contourpy 1.3.1 and numpy 2.2.4. Fields have 2 to 8 rows and 2 to 9 columns, half of
them smoothed; axes are wavelengths 1/k. Each line is given as [points, smallest x, smallest y], in contourpy's order.
"""

import json
import sys

import contourpy
import numpy

FIELD_COUNT = 240


def random_field(random, is_smooth):
    z = random.random((random.integers(2, 9), random.integers(2, 10)))
    if is_smooth:
        for _ in range(2):
            z = (z + numpy.roll(z, 1, 0) + numpy.roll(z, 1, 1)) / 3
        z = (z - z.mean()) * 3 + 0.5
    return z.round(4)


def main(target):
    random = numpy.random.default_rng(2020)
    cases = []
    for number in range(FIELD_COUNT):
        z = random_field(random, number % 2 == 1)
        x = 1 / numpy.arange(1, z.shape[1] + 1)
        y = 1 / numpy.arange(1, z.shape[0] + 1)
        generator = contourpy.contour_generator(x=x, y=y, z=z, name="mpl2014", corner_mask=False, line_type="SeparateCode")
        lines = [numpy.asarray(line) for line in generator.lines(0.5)[0]]
        summary = [[len(line), line[:, 0].min(), line[:, 1].min()] for line in lines]
        cases.append({"rows": z.shape[0], "columns": z.shape[1], "z": z.ravel().tolist(), "lines": summary})
    with open(target, "w") as output:
        output.write("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")


main(sys.argv[1])

import { atLongitude, frontAt } from './north-atlantic.js';
import type { FlowDefinition } from '../ocean-definition.js';
import { METRES_PER_DEGREE_NORTH, metresPerDegreeNorth } from './ocean-projection.js';

/** °C: annual mean at the reference latitude on the axis of the front, and its fall towards the north. */
const REFERENCE_TEMPERATURE_C = 18.3;
const REFERENCE_LAT_DEG = 38.3;
const FALL_PER_DEGREE_C = 0.42;
/** °C: half of the step across the front where it is strongest. */
const FRONT_HALF_STEP_C = 3.5;
/** Width of the temperature front over that of the sea level's. */
const FRONT_WIDTH_RATIO = 0.8;
/** °C: half of the range of the year in the east, and what the continental air adds in the west. */
const SEASON_EAST_C = 3;
const SEASON_WEST_MORE_C = 1.5;
/** The sea is warmest at the end of August. */
const WARMEST_DAY_OF_YEAR = 240;
const DAYS_PER_YEAR = 365.25;
/** 1950-01-01 is the first day of a year. */
const FIRST_DAY_OF_YEAR = 1;

/**
 * Sea surface temperature of the climatology: colder to the north, a front along the Gulf Stream and the North Atlantic
 * Current, a yearly course. One climatology for all areas, so that they agree where they meet.
 *
 * @param timeDays - days since 1950-01-01 UTC.
 * @param latDeg - where the water comes from, degrees; any real number.
 */
export function climatologicalTemperatureC(timeDays: number, latDeg: number, lonDeg: number): number {
  return temperatureAt(columnClimate(timeDays, lonDeg), latDeg);
}

type ColumnClimate = {
  axisLatDeg: number;
  frontHalfStepC: number;
  frontWidthDeg: number;
  seasonC: number;
};

function columnClimate(timeDays: number, lonDeg: number): ColumnClimate {
  const front = frontAt(lonDeg);
  const dayOfYear = timeDays + FIRST_DAY_OF_YEAR - WARMEST_DAY_OF_YEAR;
  const season = Math.cos((2 * Math.PI * dayOfYear) / DAYS_PER_YEAR);
  return {
    axisLatDeg: front.axisLatDeg,
    frontHalfStepC: FRONT_HALF_STEP_C * front.strength,
    frontWidthDeg: (FRONT_WIDTH_RATIO * front.widthM) / (front.perpendicular * METRES_PER_DEGREE_NORTH),
    seasonC: season * (SEASON_EAST_C + SEASON_WEST_MORE_C * atLongitude('westernness', lonDeg)),
  };
}

function temperatureAt(climate: ColumnClimate, latDeg: number): number {
  return (
    REFERENCE_TEMPERATURE_C -
    FALL_PER_DEGREE_C * (latDeg - REFERENCE_LAT_DEG) -
    climate.frontHalfStepC * Math.tanh((latDeg - climate.axisLatDeg) / climate.frontWidthDeg) +
    climate.seasonC
  );
}

/**
 * Prepares sea surface temperature, °C, at the given points as a function of where their water comes from and of the time.
 * The function takes the northward displacement of the water's origin, m on the flow's domain, shape [lat, lon], and
 * overwrites it.
 *
 * @param stirring - factor on the distance that the water has come, shape [lat, lon]; absent: 1.
 */
export function seaTemperature(
  flowDefinition: FlowDefinition,
  latDeg: Float64Array,
  lonDeg: Float64Array,
  stirring?: Float64Array,
): (displacementM: Float64Array, timeDays: number) => Float64Array {
  const degreesPerMetre = latDeg.map((lat) => 1 / metresPerDegreeNorth(flowDefinition, lat));
  return (temperature, timeDays) => {
    const climates = Array.from(lonDeg, (lon) => columnClimate(timeDays, lon));
    for (let row = 0; row < latDeg.length; row++) {
      for (let column = 0; column < lonDeg.length; column++) {
        const index = row * lonDeg.length + column;
        const displacementDeg = temperature[index]! * degreesPerMetre[row]! * (stirring?.[index] ?? 1);
        temperature[index] = temperatureAt(climates[column]!, latDeg[row]! + displacementDeg);
      }
    }
    return temperature;
  };
}

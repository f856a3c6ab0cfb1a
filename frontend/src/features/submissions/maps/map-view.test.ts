import { describe, expect, test } from 'vitest';
import { DEFAULT_VIEW, dayIndexOf, mapViewQuery, readMapView, type MapView } from './map-view';

const parametersOf = (view: MapView) =>
  new URLSearchParams(
    Object.entries(mapViewQuery(view)).filter((entry): entry is [string, string] => entry[1] !== null),
  );

describe('the view of the maps', () => {
  test('has nothing in the address as long as it is the default', () => {
    expect(parametersOf(DEFAULT_VIEW).toString()).toBe('');
    expect(readMapView(new URLSearchParams())).toEqual(DEFAULT_VIEW);
  });

  test('comes back from the address that it made', () => {
    const view: MapView = {
      timeDays: 22_954,
      quantity: 'vorticity',
      layout: 'swipe',
      first: 'own',
      second: '3d6f0a58-6d6c-4d0e-9a53-0f6f4f1f8a11',
      hasObservations: true,
      place: { latDeg: 36.05, lonDeg: -60.25 },
    };
    expect(parametersOf(view).get('day')).toBe('2012-11-05');
    expect(readMapView(parametersOf(view))).toEqual(view);
  });

  test('takes the default for what makes no sense', () => {
    const parameters = new URLSearchParams('day=yesterday&quantity=salt&view=3d&at=here&observations=1');
    expect(readMapView(parameters)).toEqual(DEFAULT_VIEW);
  });

  test('finds the map of a day, whatever its hour', () => {
    expect(dayIndexOf([22_954.5, 22_955.5], 22_955)).toBe(1);
    expect(dayIndexOf([22_954, 22_955 - 1e-9], 22_955)).toBe(1);
    expect(dayIndexOf([22_954], 22_960)).toBeNull();
  });
});

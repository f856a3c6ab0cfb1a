export * from './map-observations.js';

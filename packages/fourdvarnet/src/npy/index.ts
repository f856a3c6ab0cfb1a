export { NpyError, readNpy, writeNpy, type NpyArray, type NpyValues } from './npy.js';

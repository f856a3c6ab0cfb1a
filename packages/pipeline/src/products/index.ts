export * from './write-products.js';

/** The tiny task of piscina and tinypool. */
export default (n) => n;

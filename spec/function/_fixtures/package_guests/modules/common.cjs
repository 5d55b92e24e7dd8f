module.exports = (n) => `common ${n}`;
module.exports.exported = function exported(n) {
  return `exported ${n}`;
};

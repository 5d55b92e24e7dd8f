exports.which = (n) => `common ${n}`;

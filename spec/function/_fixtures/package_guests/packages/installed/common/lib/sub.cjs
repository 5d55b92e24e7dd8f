exports.subOf = function (n) {
  return `sub ${n}`;
};

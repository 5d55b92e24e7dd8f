const helpers = {};
for (const name of ["member", "unused"]) {
  helpers[name] = (n) => `${name} ${n}`;
}
module.exports = Object.assign((n) => `common ${n}`, helpers);
module.exports.named = function named(n) {
  return `named ${n}`;
};

// One pass over the bytes of the log, for node.
const { readFileSync } = require("fs");

const log = readFileSync(process.argv[2], "latin1");
const sums = new Map();
for (let start = 0; start < log.length; ) {
  const end = log.indexOf("\n", start);
  const fields = log.slice(start, end).split(" ");
  start = end + 1;
  const names = fields[3].split("?", 1)[0].split("/", 3);
  const route = names.join("/");
  let sum = sums.get(route);
  if (!sum) sums.set(route, (sum = [0, 0, 0, 0]));
  sum[0] += 1;
  if (fields[4] >= "500") sum[1] += 1;
  sum[2] += +fields[5];
  sum[3] += +fields[6];
}
const lines = [...sums.keys()].sort().map((route) => {
  const [requests, errors, size, took] = sums.get(route);
  return `${route} ${requests} ${errors} ${size} ${(took / requests).toFixed(6)}\n`;
});
process.stdout.write(lines.join(""));

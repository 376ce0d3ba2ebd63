// node build.mjs OUT: bundles what the pages load into OUT/vendor, and what only tests load into OUT/testing.
import { build } from "esbuild";
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const out = process.argv[2];
const vendor = join(out, "vendor");
const testing = join(out, "testing");

await build({
  entryPoints: { charts: "src/charts.js", editor: "src/editor.js" },
  outdir: vendor,
  bundle: true,
  minify: true,
  charset: "utf8",
  format: "esm",
  target: "es2020",
  loader: { ".svg": "dataurl", ".woff": "dataurl", ".woff2": "dataurl", ".ttf": "dataurl" },
  legalComments: "none",
  logLevel: "warning",
});

// Text of licences by package; the lock file knows every package, a bundler's record would miss what YASGUI has bundled.
const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
const shipped = Object.entries(lock.packages).filter(([path, { dev, optional }]) => path && !dev && !optional);
const chapters = shipped.map(([path, { version, license }]) => {
  const texts = readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isFile() && /^(licen[cs]e|notice|copying)/i.test(entry.name))
    .map((entry) => readFileSync(join(path, entry.name), "utf8").trim());
  const head = `${path.slice(path.lastIndexOf("node_modules/") + 13)} ${version}: ${license ?? "see below"}`;
  return [head, "-".repeat(head.length), ...texts].join("\n");
});
const intro = "The scripts in this folder hold the following packages.";
writeFileSync(join(vendor, "THIRD-PARTY.txt"), [intro, ...chapters].join("\n\n") + "\n");

// Compressed once here instead of at every request.
for (const name of readdirSync(vendor).filter((name) => /\.(js|css)$/.test(name)))
  writeFileSync(join(vendor, name + ".gz"), gzipSync(readFileSync(join(vendor, name)), { level: 9 }));

mkdirSync(testing);
const axe = "node_modules/axe-core/axe.min.js";
if (existsSync(axe)) copyFileSync(axe, join(testing, "axe.min.js"));

// Builds the styles and gathers script and typeface into the portal's static files.
// Everything is served by Kateder itself: a page never asks a third party for anything.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import * as sass from "sass";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const packages = join(root, "node_modules");
const built = join(root, "src/kateder/portal/static/built");
const typeface = "@fontsource-variable/atkinson-hyperlegible-next/files";

const copies = {
  [join(packages, "htmx.org/dist/htmx.min.js")]: "htmx.js",
  [join(root, "frontend/kateder.js")]: "kateder.js",
  [join(packages, typeface, "atkinson-hyperlegible-next-latin-wght-normal.woff2")]: "atkinson-latin.woff2",
  [join(packages, typeface, "atkinson-hyperlegible-next-latin-ext-wght-normal.woff2")]: "atkinson-latin-ext.woff2",
};

rmSync(built, { recursive: true, force: true });
mkdirSync(built, { recursive: true });

const styles = sass.compile(join(root, "frontend/scss/kateder.scss"), {
  style: "compressed",
  loadPaths: [packages],
  quietDeps: true,
  // Bootstrap 5.3 is written with @import; ours are the only other imports.
  silenceDeprecations: ["import"],
});
writeFileSync(join(built, "kateder.css"), styles.css);
for (const [from, to] of Object.entries(copies)) copyFileSync(from, join(built, to));

for (const name of ["kateder.css", ...Object.values(copies)]) {
  const whole = readFileSync(join(built, name));
  let sent = whole.length;
  if (/\.(css|js)$/.test(name)) {
    // WhiteNoise serves these instead where the browser takes them.
    const smallest = brotliCompressSync(whole);
    writeFileSync(join(built, `${name}.br`), smallest);
    writeFileSync(join(built, `${name}.gz`), gzipSync(whole, { level: 9 }));
    sent = smallest.length;
  }
  console.log(`${name.padEnd(24)}${String(whole.length).padStart(8)} bytes, ${String(sent).padStart(6)} over the wire`);
}

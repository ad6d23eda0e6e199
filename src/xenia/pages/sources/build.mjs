// Builds what the pages load into ../assets: `make assets`. Deterministic: the same sources, the same files.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const assets = process.argv[2] ?? join(here, "..", "assets");
// What tests load beside: axe-core, of the Mozilla Public License 2.0 (its head says so).
const tests = process.argv[3] ?? join(here, "..", "..", "..", "..", "tests", "browser");
const modules = join(here, "node_modules");

// Fonts by the letters that they have: a browser fetches only what a page needs.
const FONTS = [
  ["Inter Variable", "inter/files/inter-latin-wght-normal.woff2", "100 900", "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,U+2000-206F,U+20AC,U+2122,U+2190-2193,U+2212,U+2215,U+FEFF,U+FFFD"],
  ["Inter Variable", "inter/files/inter-latin-ext-wght-normal.woff2", "100 900", "U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+1E00-1E9F,U+1EF2-1EFF,U+20A0-20AB,U+20AD-20C0,U+2113,U+2C60-2C7F,U+A720-A7FF"],
  ["Inter Variable", "inter/files/inter-cyrillic-wght-normal.woff2", "100 900", "U+0301,U+0400-045F,U+0490-0491,U+04B0-04B1,U+2116"],
  ["Inter Variable", "inter/files/inter-greek-wght-normal.woff2", "100 900", "U+0370-0377,U+037A-037F,U+0384-038A,U+038C,U+038E-03A1,U+03A3-03FF"],
  ["Noto Sans Armenian Variable", "noto-sans-armenian/files/noto-sans-armenian-armenian-wght-normal.woff2", "100 900", "U+0308,U+0530-058F,U+2010,U+2024,U+25CC,U+FB13-FB17"],
  ["Noto Sans Arabic Variable", "noto-sans-arabic/files/noto-sans-arabic-arabic-wght-normal.woff2", "100 900", "U+0600-06FF,U+0750-077F,U+0870-088E,U+0890-0891,U+0897-08E1,U+08E3-08FF,U+200C-200E,U+2010-2011,U+204F,U+2E41,U+FB50-FDFF,U+FE70-FE74,U+FE76-FEFC"],
];

const sha = (bytes) => createHash("sha256").update(bytes).digest("hex");
const manifest = { assets: {}, sources: {} };

function put(name, bytes) {
  const dot = name.lastIndexOf(".");
  const hashed = `${name.slice(0, dot)}-${sha(bytes).slice(0, 12)}${name.slice(dot)}`;
  writeFileSync(join(assets, hashed), bytes);
  manifest.assets[name] = hashed;
  return hashed;
}

rmSync(assets, { recursive: true, force: true });
mkdirSync(assets, { recursive: true });
const work = mkdtempSync(join(here, ".build-"));
try {
  const faces = FONTS.map(([family, file, weight, range]) => {
    const name = file.split("/").pop();
    const hashed = put(name, readFileSync(join(modules, "@fontsource-variable", file)));
    return `@font-face{font-family:"${family}";font-style:normal;font-display:swap;font-weight:${weight};src:url("./${hashed}") format("woff2");unicode-range:${range}}`;
  });
  const styles = readFileSync(join(here, "app.css"), "utf8").replace('@import "./fonts.css";', faces.join("\n"));
  const entry = join(here, ".built.css");
  writeFileSync(entry, styles);
  const out = join(work, "app.css");
  execFileSync(process.execPath, [join(modules, "@tailwindcss/cli/dist/index.mjs"), "-i", entry, "-o", out, "--minify"], { cwd: here, stdio: ["ignore", "ignore", "inherit"] });
  rmSync(entry);
  put("app.css", readFileSync(out));

  const scripts = ["app.js", "editor.js", "portal.js", "portal-worker.js", "till.js", "till-worker.js"];
  for (const name of scripts) {
    const built = await esbuild.build({
      entryPoints: [join(here, name)], bundle: true, minify: true, format: "iife", target: "es2022",
      write: false, legalComments: "none", absWorkingDir: here,
    });
    put(name, Buffer.from(built.outputFiles[0].contents));
  }

  const icons = {};
  for (const name of JSON.parse(readFileSync(join(here, "icons.json"), "utf8"))) {
    const svg = readFileSync(join(modules, "lucide-static/icons", `${name}.svg`), "utf8");
    icons[name] = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>")).replace(/\s*\n\s*/g, "");
  }
  writeFileSync(join(assets, "icons.json"), JSON.stringify(icons, null, 1) + "\n");

  mkdirSync(tests, { recursive: true });
  cpSync(join(modules, "axe-core", "axe.min.js"), join(tests, "axe.min.js"));

  for (const name of readdirSync(here).sort()) {
    if (/^[^.].*\.(css|js|mjs|json)$/.test(name)) manifest.sources[name] = sha(readFileSync(join(here, name)));
  }
  writeFileSync(join(assets, "manifest.json"), JSON.stringify(manifest, null, 1) + "\n");
} finally {
  rmSync(work, { recursive: true, force: true });
}

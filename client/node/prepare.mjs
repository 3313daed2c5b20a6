// Compiles the package before it is packed, or used from its folder. For somebody who installs that
// folder npm makes a link and fetches nothing, neither the compiler nor what the package needs.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL(".", import.meta.url));

function npm(...words) {
  execFileSync("npm", words, { cwd: folder, stdio: "inherit", shell: process.platform === "win32" });
}

if (!existsSync(new URL("node_modules/.bin/tsc", import.meta.url))) {
  npm("ci", "--ignore-scripts", "--include=dev", "--no-audit", "--no-fund");
}
npm("run", "build");

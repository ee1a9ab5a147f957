// Staging is built like production, plus a catalogue of made-up products. The first failure ends it.
import { execSync } from "node:child_process";
import { copyFileSync } from "node:fs";

execSync("npm run test:run", { stdio: "inherit" });
execSync("npm run build", { stdio: "inherit" });
copyFileSync("fixtures/catalogue.json", "dist/catalogue.json");

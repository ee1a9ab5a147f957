#!/bin/sh
# Staging is built like production, plus a catalogue of made-up products.
set -eu
npm run test:run
npm run build
cp fixtures/catalogue.json dist/catalogue.json

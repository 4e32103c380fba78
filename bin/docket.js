#!/usr/bin/env node
import process from 'node:process';

// What its libraries will have to change one day is nothing that whoever runs a command can act on.
process.noDeprecation = true;
await import('../dist/apps/cli/main.js');

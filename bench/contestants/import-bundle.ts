/** A program that times the import of another one, which it lets print its help and nothing more. */
const [, , bundle = ''] = process.argv;
process.argv = [process.execPath, bundle, '--help'];
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = () => true;
const startedAt = performance.now();
await import(bundle);
write(`${performance.now() - startedAt}\n`);

// Starts the page. A program that is not the one that the page was built with does not start.
const names = { script: './{script}', wasm: './{wasm}', hash: '{wasmHash}' };
const program = fetch(names.wasm, { integrity: names.hash });
program.catch(() => {}); // It is told below, where it is waited for.
try {
  const { default: init } = await import('./{script}');
  await init({ module_or_path: program });
} catch (error) {
  // In a sandboxed frame the page has no origin of its own, and many hosts let no other origin read their files. Running a
  // classic script needs no reading.
  if (self.origin !== 'null') throw error;
  const script = document.createElement('script');
  script.src = names.script.replace(/\.js$/, '-plain.js');
  document.head.append(script);
}
// A page of its own, and not a part of another, can be kept for when there is no network.
const isWhole = window.top === window && !new URLSearchParams(location.search).has('embed');
if (isWhole && window.isSecureContext && 'serviceWorker' in navigator) {
  const keep = () => navigator.serviceWorker.register('./service-worker.js').then((kept) => kept.update()).catch(() => {});
  if (document.readyState === 'complete') keep();
  else addEventListener('load', keep);
}

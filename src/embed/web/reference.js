// The reference's live examples: a button calls what it says, and the answer is shown below.

for (const example of document.querySelectorAll('.example')) {
  const element = example.querySelector('cache-scope');
  const output = example.querySelector('output');
  const show = (text) => {
    if (output) output.textContent = text.length > 600 ? `${text.slice(0, 600)} …` : text;
  };
  for (const button of example.querySelectorAll('button[data-call]')) {
    button.addEventListener('click', async () => {
      const params = JSON.parse(button.dataset.params ?? '{}');
      try {
        const result = await element.call(button.dataset.call, params);
        show(typeof result === 'string' ? result : JSON.stringify(result));
      } catch ({ code, message }) {
        show(`${code}: ${message}`);
      }
    });
  }
  for (const name of (example.dataset.events ?? '').split(' ').filter(Boolean)) {
    element.addEventListener(name, ({ detail }) => show(`${name} ${JSON.stringify(detail)}`));
  }
}

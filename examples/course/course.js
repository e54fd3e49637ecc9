// Lets the text talk with its simulations:
//
//   <button data-for="shop" data-call="seek" data-params='{"at": 14}'>the crash</button>
//   <output data-for="shop" data-show="ledger.lost"></output>
//   <form class="quiz" data-for="shop" data-at="15" data-ask="ledger.lost">...</form>
//
// The page is expected beside the book, in the folder `cachescope`.

(() => {
  const root = typeof path_to_root === 'string' ? path_to_root : '';
  const isDark = () => !['light', 'rust'].some((name) => document.documentElement.classList.contains(name));
  const all = (selector) => [...document.querySelectorAll(selector)];
  const target = ({ dataset }) => document.getElementById(dataset.for);
  const read = (state, path) => path.split('.').reduce((inner, name) => inner?.[name], state);
  const told = (value) => (typeof value === 'number' ? String(Math.round(value * 100) / 100) : String(value ?? 'nothing yet'));

  function followTheme() {
    const theme = isDark() ? 'dark' : 'light';
    for (const element of all('cache-scope')) if (element.getAttribute('theme') !== theme) element.setAttribute('theme', theme);
  }

  followTheme();
  new MutationObserver(followTheme).observe(document.documentElement, { attributeFilter: ['class'] });
  const script = document.createElement('script');
  script.src = `${root}cachescope/cache-scope.js`;
  document.head.append(script);

  for (const button of all('button[data-call]')) {
    button.type = 'button';
    button.addEventListener('click', async () => {
      const element = target(button);
      element.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
      await element.call(button.dataset.call, JSON.parse(button.dataset.params ?? '{}'));
      if (button.hasAttribute('data-play')) await element.call('play');
    });
  }

  for (const output of all('output[data-show]')) {
    const show = ({ detail }) => {
      output.textContent = told(read(detail, output.dataset.show));
    };
    for (const name of ['ready', 'state']) target(output).addEventListener(name, show);
  }

  for (const quiz of all('form.quiz')) {
    quiz.addEventListener('submit', async (event) => {
      event.preventDefault();
      const element = target(quiz);
      // The answer is not written here: it is what the simulation shows.
      const state = await element.call('seek', { at: Number(quiz.dataset.at) });
      const [guess, shown] = [Number(quiz.querySelector('input').value), read(state, quiz.dataset.ask)];
      quiz.dataset.answer = guess === shown ? 'right' : 'wrong';
      quiz.querySelector('output').textContent =
        guess === shown ? `Yes: ${told(shown)}.` : `The simulation shows ${told(shown)}. Look at it again above, and step back to see why.`;
    });
  }
})();

/*! Learning records (xAPI 1.0.3) of what readers do with the simulations of a page. Nothing is recorded without this script, nor
    without an endpoint and an actor, which its tag names or an LMS gives in the page's address, as launches of activities do:

    <script src="cachescope/learning-records.js" defer data-endpoint="https://lrs.example/xapi/" data-auth="Basic ..."
      data-actor='{"account": {"homePage": "https://school.example", "name": "4711"}}'></script>

    A page's own questions are recorded when it says so: element.dispatchEvent(new CustomEvent('answered',
    {detail: {question: 'lost', response: '6', success: true}})). */
(() => {
  'use strict';

  const { dataset } = document.currentScript;
  const launch = new URLSearchParams(location.search);
  const told = (name) => dataset[name] ?? launch.get(name);
  const endpoint = told('endpoint');
  const actor = actorOf(told('actor'));
  if (!endpoint || !actor) return;

  const VERBS = {
    initialized: 'http://adlnet.gov/expapi/verbs/initialized',
    experienced: 'http://adlnet.gov/expapi/verbs/experienced',
    completed: 'http://adlnet.gov/expapi/verbs/completed',
    answered: 'http://adlnet.gov/expapi/verbs/answered',
  };
  const page = location.origin + location.pathname;

  for (const [index, element] of [...document.querySelectorAll('cache-scope')].entries()) {
    const id = `${page}#${element.id || `simulation-${index + 1}`}`;
    const once = new Set();
    const record = (verb, detail) => {
      if (verb !== 'answered' && once.has(verb)) return;
      once.add(verb);
      send(statement(verb, id, element, detail));
    };
    element.addEventListener('ready', () => record('initialized'));
    element.addEventListener('state', ({ detail }) => detail.playing && record('experienced'));
    element.addEventListener('ended', () => record('completed', { result: { completion: true } }));
    element.addEventListener('answered', ({ detail }) => {
      const { question, response, success } = detail;
      record('answered', { part: question, result: { response: String(response), success: success === true } });
    });
  }

  function actorOf(text) {
    try {
      const actor = JSON.parse(text);
      return actor && (actor.mbox || actor.account || actor.openid || actor.mbox_sha1sum) ? { objectType: 'Agent', ...actor } : null;
    } catch {
      return null;
    }
  }

  function statement(verb, id, element, { part, result } = {}) {
    const what = element.getAttribute('label') ?? element.getAttribute('scenario') ?? element.getAttribute('pattern') ?? 'simulation';
    return {
      actor,
      verb: { id: VERBS[verb], display: { 'en-US': verb } },
      object: {
        objectType: 'Activity',
        id: part === undefined ? id : `${id}/${encodeURIComponent(part)}`,
        definition: { name: { 'en-US': what }, type: `http://adlnet.gov/expapi/activities/${part === undefined ? 'simulation' : 'question'}` },
      },
      ...(result && { result }),
      context: { contextActivities: { parent: [{ objectType: 'Activity', id: page }] } },
      timestamp: new Date().toISOString(),
    };
  }

  /** A record that can't be delivered is lost: the reader is not to be bothered with it. */
  function send(statement) {
    const headers = { 'Content-Type': 'application/json', 'X-Experience-API-Version': '1.0.3' };
    if (told('auth')) headers.Authorization = told('auth');
    fetch(new URL('statements', endpoint), { method: 'POST', headers, body: JSON.stringify(statement), keepalive: true }).catch(() => {});
  }
})();

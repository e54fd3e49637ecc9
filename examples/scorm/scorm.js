// Tells an LMS what becomes of a lesson: SCORM 1.2 and SCORM 2004, whichever there is. The lesson is complete when each of its
// simulations has been played to its end. Without an LMS around it, nothing happens.

(() => {
  'use strict';

  const MOST_PARENTS = 500;
  const find = (name) => {
    const places = [window, window.opener].filter(Boolean);
    for (let place of places) {
      for (let depth = 0; depth < MOST_PARENTS; depth += 1) {
        try {
          if (place[name]) return place[name];
        } catch {
          break; // a window of another origin
        }
        if (place.parent === place) break;
        place = place.parent;
      }
    }
    return null;
  };

  const young = find('API_1484_11');
  const old = young ? null : find('API');
  if (!young && !old) return;

  const set = (name, value) => (young ? young.SetValue(`cmi.${name}`, value) : old.LMSSetValue(`cmi.${name}`, value));
  const status = young ? 'completion_status' : 'core.lesson_status';
  const commit = () => (young ? young.Commit('') : old.LMSCommit(''));
  const isDone = () => (young ? young.GetValue('cmi.completion_status') : old.LMSGetValue('cmi.core.lesson_status')) === 'completed';

  if (young) young.Initialize('');
  else old.LMSInitialize('');
  if (!isDone()) {
    set(status, 'incomplete');
    commit();
  }

  const left = new Set(document.querySelectorAll('cache-scope'));
  for (const element of left) {
    element.addEventListener('ended', () => {
      left.delete(element);
      if (left.size > 0) return;
      set(status, 'completed');
      commit();
    });
  }

  let isOver = false;
  addEventListener('pagehide', () => {
    if (isOver) return;
    isOver = true;
    set(young ? 'exit' : 'core.exit', young ? 'normal' : '');
    if (young) young.Terminate('');
    else old.LMSFinish('');
  });
})();

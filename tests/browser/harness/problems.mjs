// What must not happen in any page: an uncaught error, an error in the console, a request to another host.

/**
 * Notes the problems of every page of a browser context. `hosts` are the hosts (with their ports) that a page may ask.
 * Returns the list that the problems are added to as they happen.
 */
export function watchProblems(context, hosts) {
  const problems = [];
  context.on('weberror', (problem) => problems.push(`uncaught error: ${problem.error().stack ?? problem.error()}`));
  context.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console error: ${message.text()} (${message.location().url})`);
  });
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol === 'data:' || url.protocol === 'blob:') return;
    if (!hosts.includes(url.host)) problems.push(`request to another host: ${request.url()}`);
  });
  context.on('page', (page) => page.on('crash', () => problems.push('the page crashed')));
  return problems;
}

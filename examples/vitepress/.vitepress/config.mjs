export default {
  title: 'Caching, seen at work',
  description: 'A lesson with a simulation',
  outDir: '../../target/vitepress',
  cacheDir: '../../target/vitepress-cache',
  // The built page is put into the site's folder `cachescope`.
  head: [
    ['script', { src: '/cachescope/cache-scope.js', defer: '' }],
    ['link', { rel: 'icon', href: '/cachescope/icon.svg' }],
  ],
  ignoreDeadLinks: [/cachescope/],
  vue: { template: { compilerOptions: { isCustomElement: (name) => name === 'cache-scope' } } },
  themeConfig: { sidebar: [{ text: 'Stale reads', link: '/' }, { text: 'Lost writes', link: '/lost' }] },
};

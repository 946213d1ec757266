// Puts the page together, and draws.
const dark = matchMedia('(prefers-color-scheme: dark)');
let wanted = null;
function setTheme(theme) { document.documentElement.dataset.theme = theme; document.documentElement.style.colorScheme = theme; }
setTheme(dark.matches ? 'dark' : 'light');
function redraw() { charts.forEach(draw); }

({run: runPage, study: studyPage, pair: pairPage}[data.kind])(data);

const toggle = h('button', {type: 'button', id: 'theme', onclick: () => { wanted = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark'; setTheme(wanted); name(); redraw(); }});
function name() { toggle.textContent = document.documentElement.dataset.theme === 'dark' ? 'Light' : 'Dark'; toggle.setAttribute('aria-label', `Switch to ${toggle.textContent.toLowerCase()} colours`); }
name();
document.getElementById('head').append(toggle);
document.getElementById('nav').append(...sections.map(s => h('a', {href: '#' + s.id}, s.title)));
document.getElementById('foot').append(h('p', {}, 'Made by Reprise from the records of the run alone. Charts by Apache ECharts 6.1.0 (Apache License 2.0).'));

if (alone) {
  const asked = new URLSearchParams(location.hash.slice(1));
  document.body.classList.add('single');
  const spec = charts.find(c => c.id === alone);
  charts.splice(0, charts.length, ...(spec ? [spec] : []));
  if (spec) {
    spec.element.classList.add('shown');
    spec.element.closest('section').classList.add('shown');
    spec.place.style.height = Math.max(120, (+asked.get('height') || innerHeight) - 12) + 'px';
  }
  if (asked.get('theme') === 'light') setTheme('light');
}
redraw();
dark.addEventListener('change', () => { if (!wanted) { setTheme(dark.matches ? 'dark' : 'light'); name(); redraw(); } });
let width = innerWidth;
addEventListener('resize', () => { if (innerWidth !== width) { width = innerWidth; charts.forEach(spec => spec.chart.resize()); } });
let before = null;
/** Printed in light colours, at the width of the paper, at once: a printer does not wait for a frame. */
function printing(on) {
  document.body.classList.toggle('printing', on);
  if (on) before = document.documentElement.dataset.theme;
  if (before === 'dark') setTheme(on ? 'light' : 'dark');
  for (const spec of charts) {
    if (before === 'dark') draw(spec);
    spec.chart.resize({animation: {duration: 0}});
    const painter = spec.chart.getZr();
    painter.flush();
    if (on && spec.renderer === 'canvas') { // of several layers a browser may print the last alone
      const whole = painter.painter.getRenderedCanvas({pixelRatio: 3});
      whole.className = 'printed';
      spec.place.append(whole);
    } else spec.place.querySelector('.printed')?.remove();
  }
}
addEventListener('beforeprint', () => printing(true));
addEventListener('afterprint', () => printing(false));
document.documentElement.dataset.charts = charts.length;

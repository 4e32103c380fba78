import { ANALYTICS_VIEWS } from './analytics.views.js';

/** The page that documents the views: what `docs/analytics.md` must say. */
export function analyticsPage(): string {
  const views = ANALYTICS_VIEWS.map(
    ({ name, about, columns }) =>
      `## analytics.${name}\n\n${about}\n\n| column | type | meaning |\n|---|---|---|\n${columns.map(([column, type, , meaning]) => `| ${column} | ${type} | ${meaning} |`).join('\n')}\n`,
  );
  return `# Analytics

Views of schema \`analytics\` in the database of the read models, for role \`docket_analyst\`, which may read them and
nothing else: no other schema or database, no temporary table, no lock that others wait for. They hold no personal data:
erasing a person changes none of their figures. They stand over the live read models and stay where they are when those
are rebuilt. Amounts are minor units of the row's currency; add amounts of one currency only. The same words stand as comments in the database.

${views.join('\n')}`;
}

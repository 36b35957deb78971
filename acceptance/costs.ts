/** About how long the longest file of tests takes; all run side by side. */
export const MINUTES = 60;

const HOURS_OF_A_MONTH = 730;

/** What a run costs by AWS's list prices of 2026 for eu-west-1 and us-east-1, rounded up, without free tiers. */
export const COSTS: readonly { readonly what: string; readonly dollars: number }[] = [
  { what: '80 secrets and replicas for 90 minutes', dollars: 80 * 0.40 / HOURS_OF_A_MONTH * 1.5 },
  { what: '10 KMS keys for 90 minutes', dollars: 10 * 1.00 / HOURS_OF_A_MONTH * 1.5 },
  { what: '4 interface endpoints in one zone for 90 minutes', dollars: 4 * 7.30 / HOURS_OF_A_MONTH * 1.5 },
  { what: '50 tasks on Fargate with 0.5 to 2 vCPUs, and their public IPv4 addresses', dollars: 0.25 },
  { what: 'builds of CodeBuild, of which one takes 20 minutes', dollars: 0.15 },
  { what: 'a dashboard, alarms and metrics for 90 minutes', dollars: (3 + 0.20 + 7 * 0.30) / HOURS_OF_A_MONTH * 1.5 },
  { what: 'functions, schedules, logs and requests', dollars: 0.10 },
].map(({ what, dollars }) => ({ what, dollars: Math.ceil(dollars * 100) / 100 }));

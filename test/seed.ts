/** Of what the tests generate. The same each time, so that a run says something of the change; TEST_SEED=<any number> looks at other cases. */
export const SEED = Number(process.env.TEST_SEED ?? 1);

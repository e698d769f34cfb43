import { type Bench, toSample } from '../bench.ts';
import type { Contender, Scenario } from '../scenario.ts';
import type { AppState } from '../servers/app.ts';

const rate = 300;

export const intakeDeadApp: Scenario = {
  name: 'intake-dead-app',
  title: `${rate} webhooks a second, whose app takes them, or refuses every connection, or never answers`,
  async open(bench: Bench) {
    return [
      await contender(bench, 'live app', 'takes'),
      await contender(bench, 'app refuses', 'refuses'),
      await contender(bench, 'app hangs', 'hangs'),
    ];
  },
};

async function contender(bench: Bench, name: string, state: AppState): Promise<Contender> {
  const { server, at } = await bench.intake({ app: state });
  const [seconds, warm] = bench.quick ? [0.3, 0.1] : [8, 0.5];
  return {
    name,
    async slice() {
      const stream = { port: server.port, connections: 64, status: 200, rate, requests: at.webhooks() };
      return toSample(await bench.load.measure(stream, seconds, warm));
    },
  };
}

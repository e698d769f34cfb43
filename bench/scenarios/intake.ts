import { setTimeout as delay } from 'node:timers/promises';
import { type Bench, type IntakeSite, toSample } from '../bench.ts';
import { waitingDeliveries } from '../installation.ts';
import type { Sample } from '../sample.ts';
import type { Contender, Scenario } from '../scenario.ts';
import type { Variant } from '../servers/gatehouse.ts';

export const intake = intakeOver('intake', 64);
/** More that wait share a transaction, and more wait where each has its own. */
export const intakeCrowd = intakeOver('intake-crowd', 256);

function intakeOver(name: string, connections: number): Scenario {
  return {
    name,
    title: `Webhooks of one message each, kept and passed on to an app; 1 % of the senders are in a list of 64,000, ${connections} connections`,
    async open(bench: Bench) {
      const contender = async (name: string, variant: Variant): Promise<Contender> => {
        const site = await bench.intake({ variant, app: 'takes' });
        return { name, slice: () => slice(bench, site, connections) };
      };
      return [
        await contender('gatehouse', 'as shipped'),
        await contender('one transaction a request', 'one transaction a request'),
      ];
    },
  };
}

/** Its processor time is that of the whole way: until the last delivery is with the app. */
async function slice({ load, quick }: Bench, { server, at, app }: IntakeSite, connections: number): Promise<Sample> {
  const [seconds, warm] = quick ? [0.3, 0.1] : [4, 0.5];
  const [cpuBefore, postsBefore] = [server.cpuMs(), await app.posts()];
  const began = performance.now();
  const stream = { port: server.port, connections, status: 200, requests: at.webhooks() };
  const measured = await load.measure(stream, seconds, warm);
  const forwarded = ((await app.posts()) - postsBefore) / ((performance.now() - began) / 1000);
  while ((await waitingDeliveries(server.port)) > 0) await delay(50);
  const cpu = ((server.cpuMs() - cpuBefore) * 1000) / measured.sent;
  return { ...toSample(measured), forwarded, cpu };
}

import type { Bench, Site } from '../bench.ts';
import type { Requests } from '../load/job.ts';
import type { Contender, Scenario } from '../scenario.ts';
import type { Server } from '../servers/server.ts';

const connections = 32;

export const passGet = passing('pass-get', 'GETs that pass through to a provider', (at) => at.gets());
export const passPost = passing('pass-post', 'Small POSTs that pass through to a provider', (at) => at.posts());

export const send: Scenario = {
  name: 'send',
  title: 'Sends to people who are none of 64,000 blocked, through a provider, 32 connections',
  async open(bench: Bench) {
    const ask = ({ server, at }: Site) => bench.slice(server, { connections, requests: at.sends() });
    const site = await bench.gateway();
    const other = await bench.gateway('check off');
    for (const { server, at } of [site, other]) await bench.warm(server, { connections, requests: at.sends() });
    return [
      { name: 'gatehouse', slice: () => ask(site) },
      { name: 'check off', slice: () => ask(other) },
    ];
  },
};

/**
 * The same requests in front of the same provider. The proxies write no line for a request, so Gatehouse writes none either;
 * what its lines cost is told beside it. A quick run goes without what it would have to install.
 */
function passing(
  name: string,
  title: string,
  requestsOf: (at: Awaited<ReturnType<Bench['gateway']>>['at']) => Requests,
): Scenario {
  return {
    name,
    title: `${title}, 32 connections`,
    async open(bench: Bench) {
      const { server, at } = await bench.quietGateway();
      const logging = await bench.gateway();
      const ask = (other: Server, there = at) => bench.slice(other, { connections, requests: requestsOf(there) });
      const contenders: Contender[] = [];
      const add = async (name: string, other: Server, there = at) => {
        await bench.warm(other, { connections, requests: requestsOf(there) });
        contenders.push({ name, slice: () => ask(other, there) });
      };
      await add('gatehouse', server);
      await add('gatehouse, a line a request', logging.server, logging.at);
      for (const proxy of bench.quick ? [] : (['nginx', '@fastify/http-proxy'] as const)) {
        const other = await bench.proxy(proxy);
        if (typeof other === 'string') console.log(`  without ${proxy}: ${other}`);
        else await add(proxy, other);
      }
      return contenders;
    },
  };
}

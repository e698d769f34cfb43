/** Behaviour that every dialect shows, with plain data: no server, no store. */
import { describe } from 'node:test';
import { callerContract } from './contract/caller.contract.ts';
import { credentialsContract } from './contract/credentials.contract.ts';
import type { DialectWire } from './contract/dialect-wire.contract.ts';
import { examplesContract } from './contract/examples.contract.ts';
import { parsingContract } from './contract/parsing.contract.ts';
import { placesContract } from './contract/places.contract.ts';
import { refusalsContract } from './contract/refusals.contract.ts';
import { resultsContract } from './contract/results.contract.ts';
import { sendsContract } from './contract/sends.contract.ts';
import type { Dialect } from './dialect.ts';

export function dialectContract(dialect: Dialect, wire: DialectWire): void {
  describe(`${dialect.name}, as every dialect,`, () => {
    placesContract(dialect, wire);
    credentialsContract(dialect, wire);
    parsingContract(dialect, wire);
    resultsContract(dialect, wire);
    refusalsContract(dialect, wire);
    sendsContract(dialect, wire);
    callerContract(dialect, wire);
    examplesContract(dialect, wire);
  });
}

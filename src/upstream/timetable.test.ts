import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Timetable } from './timetable.ts';

it('calls once for a name, at the earliest time that was asked for', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 0 });
  const called: string[] = [];
  const timetable = new Timetable<string>(Date.now, (name) => called.push(`${name} ${Date.now()}`));
  timetable.add('one', 500);
  timetable.add('one', 200);
  timetable.add('one', 300);
  timetable.add('two', 400);
  timetable.add('three', 100);
  timetable.remove('three');
  for (let time = 0; time < 10; time += 1) t.mock.timers.tick(100);
  assert.deepEqual(called, ['one 200', 'two 400']);
  assert.equal(timetable.has('one'), false);
});

it('waits on while the clock has not come so far, and for longer than a timer can', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let now = 0;
  const called: number[] = [];
  const timetable = new Timetable<string>(
    () => now,
    () => called.push(now),
  );
  timetable.add('one', 100);
  t.mock.timers.tick(100);
  assert.deepEqual(called, []);
  now = 100;
  t.mock.timers.tick(100);
  assert.deepEqual(called, [100]);
  const month = 30 * 24 * 60 * 60 * 1000;
  timetable.add('one', 100 + month);
  now += month;
  t.mock.timers.tick(2 ** 31 - 1);
  assert.deepEqual(called, [100, 100 + month]);
});

it('forgets all at the end', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const called: string[] = [];
  const timetable = new Timetable<string>(
    () => 0,
    (name) => called.push(name),
  );
  timetable.add('one', 0);
  timetable.clear();
  t.mock.timers.tick(10);
  assert.deepEqual(called, []);
});

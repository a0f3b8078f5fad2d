import test from 'ava';
import { steadyOutput } from '../src/steady-output.ts';

const failure = (code: string) => Object.assign(new Error(code), { code });

/** A file descriptor that answers each write with what `answers` holds next: an error code, or so many bytes at most. */
function scripted(...answers: (string | number)[]) {
  let text = '';
  const write = (_fd: number, bytes: Uint8Array) => {
    const answer = answers.shift() ?? bytes.length;
    if (typeof answer === 'string') throw failure(answer);
    text += Buffer.from(bytes.subarray(0, answer)).toString();
    return Math.min(answer, bytes.length);
  };
  return { output: steadyOutput(2, write), text: () => text };
}

test('what a full disk does not take is lost and counted, and the next line that it takes is told so', (t) => {
  const { output, text } = scripted(100, 'ENOSPC', 'ENOSPC', 'ENOSPC');
  for (const line of ['a', 'b', 'c', 'd', 'e', 'f']) output.write(`${line}\n`);
  t.is(text(), 'a\n3 messages could not be written here\ne\nf\n');
});

test('a line is written to its end, in as many pieces as it takes', (t) => {
  const { output, text } = scripted(2, 1, 'EAGAIN', 'EAGAIN', 3);
  output.write('0123456789\n');
  t.is(text(), '0123456789\n');
});

test('a pipe that nobody reads holds nobody up for long', (t) => {
  const { output, text } = scripted(...Array<string>(60).fill('EAGAIN'));
  output.write('lost\n');
  output.write('written\n');
  t.is(text(), '1 message could not be written here\nwritten\n');
});

test('a pipe that is full for a moment is waited for', (t) => {
  const since = performance.now();
  let text = '';
  const output = steadyOutput(2, (_fd, bytes) => {
    if (performance.now() - since < 50) throw failure('EAGAIN');
    text += Buffer.from(bytes).toString();
    return bytes.length;
  });
  output.write('late\n');
  t.is(text, 'late\n');
});

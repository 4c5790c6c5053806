/**
 * The rules of hadolint (https://github.com/hadolint/hadolint#rules) that apply to an image like ours, and what
 * restricted Pod Security asks of it. Syntax is checked by dockerfile-utils.
 */
import { validate } from 'dockerfile-utils';
import { copySteps, execForm, lastOf, readStages, settingsOf } from '../../support/read-dockerfile.ts';
import type { Stage } from '../../support/read-dockerfile.ts';

/** Each finding begins with the rule that is broken. */
export function checkDockerfile(text: string): readonly string[] {
  const syntax = validate(text, {}).map(
    ({ message, range }) =>
      `syntax, line ${range.start.line + 1}: ${typeof message === 'string' ? message : message.value}`,
  );
  const stages = readStages(text);
  const final = stages.at(-1);
  return [
    ...syntax,
    ...stages.flatMap((stage, index) => [
      ...checkBase(stage),
      ...checkInstructions(stage),
      ...checkCopies(stage, stages.slice(0, index)),
    ]),
    ...checkNames(stages),
    ...(final === undefined ? [] : checkFinal(final)),
  ];
}

function checkBase({ baseImage }: Stage): readonly string[] {
  if (baseImage.includes('@sha256:')) return [];
  const tag = /:([\w.-]+)$/.exec(baseImage)?.[1];
  if (tag === undefined) return [`DL3006: ${baseImage} has no tag`];
  return tag === 'latest' ? [`DL3007: ${baseImage} is another one tomorrow`] : [];
}

const words: readonly (readonly [RegExp, string])[] = [
  [/\bsudo\b/, 'DL3004: sudo'],
  [
    /\bnpm (?:install|i|add)\b/,
    'DL3016: npm install takes other versions than the lock file; npm ci does not',
  ],
  [/\bcurl\b.*\|\s*(?:ba)?sh\b/, 'DL4006: a program from the net is run without a look'],
  [/\bapt(?:-get)? (?!update)/, 'DL3008: packages of the distribution without a version'],
];

function checkInstructions({ instructions }: Stage): readonly string[] {
  return instructions.flatMap((instruction) => {
    const keyword = instruction.getKeyword();
    const content = instruction.getArgumentsContent() ?? '';
    if (keyword === 'ADD') return ['DL3020: ADD unpacks and downloads; COPY does neither'];
    if (keyword === 'WORKDIR' && !content.startsWith('/'))
      return [`DL3000: WORKDIR ${content} is not absolute`];
    if (keyword !== 'RUN') return [];
    return words.flatMap(([pattern, finding]) => (pattern.test(content) ? [finding] : []));
  });
}

function checkCopies({ instructions }: Stage, before: readonly Stage[]): readonly string[] {
  return copySteps(instructions).flatMap(({ from, sources, destination }) => {
    if (from !== undefined && !before.some(({ name }) => name === from))
      return [`DL3022: COPY --from=${from} names no stage before it`];
    if (!destination.startsWith('/')) return [`DL3045: COPY to ${destination} without a WORKDIR`];
    if (from === undefined && sources.some((source) => /^(?:\.\/?|\*)$/.test(source)))
      return ['context: COPY of the whole context takes in what nobody named'];
    return [];
  });
}

function checkNames(stages: readonly Stage[]): readonly string[] {
  const names = stages.flatMap(({ name }) => name ?? []);
  return names.length === new Set(names).size ? [] : ['DL3024: two stages have one name'];
}

const secret = /secret|token|password|credential|access_key/i;

function checkFinal({ instructions }: Stage): readonly string[] {
  const findings: string[] = [];
  const user = lastOf(instructions, 'USER') ?? 'root';
  if (!/^[1-9]\d*(?::[1-9]\d*)?$/.test(user))
    findings.push(`DL3002: USER ${user} is root, or a name of which Kubernetes cannot tell that it is not`);
  if (execForm(instructions, 'ENTRYPOINT') === undefined)
    findings.push('DL3025: ENTRYPOINT in shell form keeps signals from the program');
  for (const keyword of ['ENV', 'ARG'])
    for (const name of settingsOf(instructions, keyword).keys())
      if (secret.test(name)) findings.push(`secrets: ${keyword} ${name} stays in the image for all to read`);
  return findings;
}

/** What a Dockerfile says, stage by stage, as far as our tests ask. */
import { posix } from 'node:path';
import { Copy, DockerfileParser, From, JSONInstruction, Workdir } from 'dockerfile-ast';
import type { Instruction } from 'dockerfile-ast';

export interface Stage {
  readonly name: string | undefined;
  /** With the defaults of the ARGs before the first FROM filled in. */
  readonly baseImage: string;
  readonly instructions: readonly Instruction[];
}

export interface CopyStep {
  /** The stage that it copies from; undefined for the build context. */
  readonly from: string | undefined;
  readonly sources: readonly string[];
  /** Absolute, if the stage has a WORKDIR before it. */
  readonly destination: string;
}

/** The stages in order. */
export function readStages(text: string): readonly Stage[] {
  const instructions = DockerfileParser.parse(text).getInstructions();
  const first = instructions.findIndex((instruction) => instruction instanceof From);
  const defaults = settingsOf(instructions.slice(0, first), 'ARG');
  const stages: { name: string | undefined; baseImage: string; instructions: Instruction[] }[] = [];
  for (const instruction of instructions.slice(first)) {
    if (instruction instanceof From)
      stages.push({
        name: instruction.getBuildStage() ?? undefined,
        baseImage: fillIn(instruction.getImage() ?? '', defaults),
        instructions: [],
      });
    else stages.at(-1)?.instructions.push(instruction);
  }
  return stages;
}

/** What the instructions of one keyword set, such as ENV or LABEL; a later one wins. */
export function settingsOf(instructions: readonly Instruction[], keyword: string): Map<string, string> {
  const settings = new Map<string, string>();
  for (const instruction of instructions.filter((each) => each.getKeyword() === keyword)) {
    const text = instruction.getArgumentsContent() ?? '';
    for (const [, name = '', quoted, plain = ''] of text.matchAll(/([\w.-]+)=(?:"([^"]*)"|(\S*))/g))
      settings.set(name, quoted ?? plain);
  }
  return settings;
}

/** The arguments of the last instruction of a keyword, as written; undefined without one. */
export function lastOf(instructions: readonly Instruction[], keyword: string): string | undefined {
  const last = instructions.filter((each) => each.getKeyword() === keyword).at(-1);
  return last?.getArgumentsContent() ?? undefined;
}

/** The words of the last ENTRYPOINT or CMD; undefined when it is in shell form, or not there. */
export function execForm(
  instructions: readonly Instruction[],
  keyword: 'ENTRYPOINT' | 'CMD',
): readonly string[] | undefined {
  const last = instructions.filter((each) => each.getKeyword() === keyword).at(-1);
  if (!(last instanceof JSONInstruction) || last.getOpeningBracket() === null) return undefined;
  return last.getJSONStrings().map((word) => JSON.parse(word.getValue()) as string);
}

/** The COPY instructions of a stage. */
export function copySteps(instructions: readonly Instruction[]): readonly CopyStep[] {
  const steps: CopyStep[] = [];
  let folder: string | undefined;
  for (const instruction of instructions) {
    if (instruction instanceof Workdir) folder = instruction.getPath() ?? undefined;
    if (!(instruction instanceof Copy)) continue;
    const paths = instruction.getArguments().map((argument) => argument.getValue());
    const target = paths.at(-1) ?? '';
    steps.push({
      from: instruction.getFromFlag()?.getValue() ?? undefined,
      sources: paths.slice(0, -1),
      destination: folder === undefined || target.startsWith('/') ? target : posix.join(folder, target),
    });
  }
  return steps;
}

function fillIn(text: string, values: ReadonlyMap<string, string>): string {
  return text.replaceAll(/\$\{?(\w+)\}?/g, (_, name: string) => values.get(name) ?? '');
}

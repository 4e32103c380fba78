import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** JSON Schema 2020-12, as far as answers need it. */
export type Schema = Readonly<Record<string, unknown>>;

export interface Answers {
  /** By name, for `components.schemas`. */
  readonly schemas: Readonly<Record<string, Schema>>;
  /** Which of them each operation answers with; operations that answer no JSON are not in here. */
  readonly answers: Readonly<Record<string, string>>;
}

const DECORATORS = ['Query', 'Send', 'Open'];
const { TypeFlags } = ts;

/** What every operation answers, from the types that its controller's method returns: nothing is listed by hand. */
export function answersOf(root: string): Answers {
  const folder = join(root, 'apps/api');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.controller.ts')).sort().map((name) => join(folder, name));
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), (name) => ts.sys.readFile(name)) as { readonly config: { readonly compilerOptions: object } };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const program = ts.createProgram(files, options);
  const schemas = new Schemas(program.getTypeChecker());
  const answers: Record<string, string> = {};
  for (const file of files) {
    for (const [operationId, method] of operationsIn(program.getSourceFile(file))) {
      const name = schemas.answerOf(operationId, method);
      if (name !== undefined) answers[operationId] = name;
    }
  }
  schemas.exported(program.getSourceFile(join(folder, 'http/problem.ts')), 'ProblemBody', 'Problem');
  return { schemas: schemas.all(), answers: sorted(answers) };
}

function operationsIn(file: ts.SourceFile | undefined): readonly (readonly [operationId: string, method: ts.MethodDeclaration])[] {
  const methods = [...(file?.statements ?? [])].filter(ts.isClassDeclaration).flatMap(({ members }) => members.filter(ts.isMethodDeclaration));
  return methods.flatMap((method) => {
    const calls = (ts.getDecorators(method) ?? []).map(({ expression }) => expression).filter(ts.isCallExpression);
    const [operationId] = calls.find(({ expression }) => DECORATORS.includes(expression.getText()))?.arguments ?? [];
    return operationId !== undefined && ts.isStringLiteral(operationId) ? [[operationId.text, method] as const] : [];
  });
}

/** Ids that are not made by Docket, or not of one thing: any text. */
const GIVEN_IDS = ['storeId', 'externalId', 'agentId', 'toAgentId', 'fromAgentId', 'actorId', 'userId', 'correlationId', 'causationId'];

/** What a text is by the name of its member: ids that Docket made, and times. */
function formatOf(name: string): Schema {
  if (/^at$|At$|Until$/.test(name)) return { format: 'date-time' };
  return name.endsWith('Id') && !GIVEN_IDS.includes(name) ? { format: 'uuid' } : {};
}

class Schemas {
  readonly #byName = new Map<string, { readonly type: ts.Type; schema: Schema }>();

  constructor(private readonly checker: ts.TypeChecker) {}

  all(): Readonly<Record<string, Schema>> {
    return sorted(Object.fromEntries([...this.#byName].map(([name, { schema }]) => [name, schema])));
  }

  /** @returns undefined for an answer without a JSON body */
  answerOf(operationId: string, method: ts.MethodDeclaration): string | undefined {
    const signature = this.checker.getSignatureFromDeclaration(method);
    const returned = signature && this.checker.getReturnTypeOfSignature(signature);
    const type = returned && this.checker.getAwaitedType(returned);
    if (type === undefined || type.flags & (TypeFlags.Void | TypeFlags.String)) return undefined;
    return this.define(nameOf(type) ?? `${operationId.charAt(0).toUpperCase()}${operationId.slice(1)}Answer`, type);
  }

  /** A type that a file exports, under another name. */
  exported(file: ts.SourceFile | undefined, exported: string, name: string): void {
    const module = file && this.checker.getSymbolAtLocation(file);
    const symbol = module && this.checker.getExportsOfModule(module).find((each) => each.name === exported);
    if (symbol === undefined) throw new Error(`nothing is exported as ${exported}`);
    this.define(name, this.checker.getDeclaredTypeOfSymbol(symbol));
  }

  private define(name: string, type: ts.Type): string {
    const known = this.#byName.get(name);
    if (known !== undefined && known.type !== type) throw new Error(`two types are named ${name}: an answer cannot have both`);
    if (known === undefined) {
      const entry = { type, schema: {} as Schema };
      this.#byName.set(name, entry);
      entry.schema = { ...this.inFull(type, ''), ...this.described(type.aliasSymbol ?? type.symbol) };
    }
    return name;
  }

  /** @param member name of the member that has it */
  private of(type: ts.Type, member: string): Schema {
    const name = nameOf(type);
    return name === undefined ? this.inFull(type, member) : this.reference(name, type);
  }

  private reference(name: string, type: ts.Type): Schema {
    return { $ref: `#/components/schemas/${this.define(name, type)}` };
  }

  private inFull(type: ts.Type, member: string): Schema {
    const { flags } = type;
    if (flags & (TypeFlags.Any | TypeFlags.Unknown)) return {};
    if (type.isStringLiteral()) return { type: 'string', const: type.value };
    if (type.isNumberLiteral()) return { type: 'integer', const: type.value };
    if (flags & TypeFlags.BooleanLiteral) return { type: 'boolean', const: this.checker.typeToString(type) === 'true' };
    if (flags & TypeFlags.StringLike) return { type: 'string', ...formatOf(member) };
    // Money is in minor units, and everything else is counted: no answer has fractions.
    if (flags & TypeFlags.Number) return { type: 'integer' };
    if (flags & TypeFlags.Boolean) return { type: 'boolean' };
    if (flags & TypeFlags.Null) return { type: 'null' };
    if (type.isUnion()) return this.anyOf(type.types, member);
    if (this.checker.isArrayType(type)) return { type: 'array', items: this.of(this.itemOf(type), member.replace(/Ids$/, 'Id')) };
    if (flags & (TypeFlags.Object | TypeFlags.Intersection) && type.getCallSignatures().length === 0 && !type.isClass()) return this.object(type);
    throw new Error(`${member}: an answer cannot hold ${this.checker.typeToString(type)}`);
  }

  private itemOf(type: ts.Type): ts.Type {
    const [item] = this.checker.getTypeArguments(type as ts.TypeReference);
    if (item === undefined) throw new Error(`${this.checker.typeToString(type)} is a list of nothing`);
    return item;
  }

  /** In an order of its own: the compiler's depends on which files it has read. */
  private anyOf(types: readonly ts.Type[], member: string): Schema {
    if (types.every((type) => type.isStringLiteral())) return { type: 'string', enum: types.map(({ value }) => value).sort() };
    const others = types.filter(({ flags }) => !(flags & TypeFlags.BooleanLiteral));
    const boolean = types.length - others.length === 2;
    const schemas = [...(boolean ? others : types).map((type) => this.of(type, member)), ...(boolean ? [{ type: 'boolean' }] : [])];
    const inOrder = schemas.map((schema) => [JSON.stringify(schema), schema] as const).sort(([one], [other]) => (one < other ? -1 : 1));
    return { anyOf: inOrder.map(([, schema]) => schema) };
  }

  private object(type: ts.Type): Schema {
    const members = this.checker.getPropertiesOfType(type);
    const rest = type.getStringIndexType();
    const required = members.filter(({ flags }) => !(flags & ts.SymbolFlags.Optional)).map(({ name }) => name);
    const event = this.eventType(members);
    const schemaOf = (symbol: ts.Symbol): Schema => (event !== undefined && symbol.name === 'data' ? this.reference(event, this.checker.getTypeOfSymbol(symbol)) : this.member(symbol));
    return {
      type: 'object',
      ...(required.length > 0 && { required }),
      ...(members.length > 0 && { properties: Object.fromEntries(members.map((symbol) => [symbol.name, schemaOf(symbol)])) }),
      ...(rest && { additionalProperties: rest.flags & TypeFlags.Unknown ? true : this.of(rest, '') }),
    };
  }

  /** Of an event with its data: the data are named after it. */
  private eventType(members: readonly ts.Symbol[]): string | undefined {
    const symbol = members.find(({ name }) => name === 'type');
    const type = symbol && this.checker.getTypeOfSymbol(symbol);
    return type?.isStringLiteral() ? type.value : undefined;
  }

  private member(symbol: ts.Symbol): Schema {
    const declared = this.checker.getTypeOfSymbol(symbol);
    // An optional member is absent, never undefined. What is left is again the type that has a name.
    const type = symbol.flags & ts.SymbolFlags.Optional ? this.checker.getNonNullableType(declared) : declared;
    return { ...this.of(type, symbol.name), ...this.described(symbol) };
  }

  private described(symbol: ts.Symbol | undefined): Schema {
    const text = ts.displayPartsToString(symbol?.getDocumentationComment(this.checker)).replaceAll(/\s+/g, ' ').trim();
    return text === '' ? {} : { description: text };
  }
}

const BUILT_IN = ['Array', 'ReadonlyArray', 'Readonly', 'Record', 'Pick', 'Omit', 'Extract', 'Exclude', 'Partial', 'Required', 'NonNullable'];

/** A type that somebody has named gets that name; what is made of such types (`Readable<StagedEdit>`) one made of theirs. */
function nameOf(type: ts.Type): string | undefined {
  const { aliasSymbol, aliasTypeArguments = [] } = type;
  if (aliasSymbol !== undefined) return nameWith(aliasSymbol.name, aliasTypeArguments);
  const { target = type, typeArguments = [] } = type as Partial<ts.TypeReference>;
  if (!target.isClassOrInterface()) return undefined;
  const given = typeArguments.filter((argument, index) => argument !== target.typeParameters?.[index]?.getDefault() && argument !== target.thisType);
  return nameWith(target.symbol.name, given);
}

function nameWith(name: string, types: readonly ts.Type[]): string | undefined {
  const names = types.map(nameOf);
  return !BUILT_IN.includes(name) && names.every((each) => each !== undefined) ? [name, ...names].join('') : undefined;
}

const sorted = <T>(record: Readonly<Record<string, T>>): Readonly<Record<string, T>> => Object.fromEntries(Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1)));

/** apps/api/openapi/answers.generated.ts, whole: a schema takes a line for each of its members or kinds. */
export function answersFile({ schemas, answers }: Answers): string {
  const lines = Object.entries(schemas).map(([name, schema]) => `  ${name}: ${memberByMember(schema)},`);
  return `// Made from the types that the controllers return, by a test: DOCKET_WRITE_DOCS=1 npm run jest -- test/architecture/answers

/** What operations answer when they succeed, and what a problem is. */
export const ANSWER_SCHEMAS: Readonly<Record<string, object>> = {
${lines.join('\n')}
};

/** Which schema each operation answers with; the others answer no JSON. */
export const ANSWERS: Readonly<Record<string, string>> = {
${Object.entries(answers).map(([operationId, name]) => `  ${operationId}: '${name}',`).join('\n')}
};
`;
}

function memberByMember({ properties, anyOf, ...schema }: Schema): string {
  const rest = Object.entries(schema).map(([word, value]) => `    ${word}: ${JSON.stringify(value)},`);
  if (Array.isArray(anyOf)) return ['{', ...rest, '    anyOf: [', ...anyOf.map((kind) => `      ${JSON.stringify(kind)},`), '    ],', '  }'].join('\n');
  if (typeof properties !== 'object' || properties === null) return JSON.stringify(schema);
  const members = Object.entries(properties).map(([name, member]) => `      ${JSON.stringify(name)}: ${JSON.stringify(member)},`);
  return ['{', ...rest, '    properties: {', ...members, '    },', '  }'].join('\n');
}

import {
  accountViewSchema,
  apiErrorBodySchema,
  challengeViewSchema,
  claimedJobSchema,
  claimRequestSchema,
  createdTokenSchema,
  createSubmissionRequestSchema,
  createSubmissionSetRequestSchema,
  createTokenRequestSchema,
  documentListSchema,
  finishRequestSchema,
  healthSchema,
  heartbeatReplySchema,
  heartbeatRequestSchema,
  leaderboardSchema,
  objectReferenceSchema,
  previewSchema,
  registerChallengeRequestSchema,
  registerRequestSchema,
  signingKeySchema,
  signInRequestSchema,
  submissionListSchema,
  submissionViewSchema,
} from '@sillage/contracts';
import { z, type ZodType } from 'zod';

const NAMED_SCHEMAS: Record<string, ZodType> = {
  AccountView: accountViewSchema,
  ApiErrorBody: apiErrorBodySchema,
  ChallengeView: challengeViewSchema,
  ClaimedJob: claimedJobSchema,
  ClaimRequest: claimRequestSchema,
  CreatedToken: createdTokenSchema,
  CreateSubmissionRequest: createSubmissionRequestSchema,
  CreateSubmissionSetRequest: createSubmissionSetRequestSchema,
  CreateTokenRequest: createTokenRequestSchema,
  DocumentList: documentListSchema,
  FinishRequest: finishRequestSchema,
  Health: healthSchema,
  HeartbeatReply: heartbeatReplySchema,
  HeartbeatRequest: heartbeatRequestSchema,
  Leaderboard: leaderboardSchema,
  ObjectReference: objectReferenceSchema,
  Preview: previewSchema,
  RegisterChallengeRequest: registerChallengeRequestSchema,
  RegisterRequest: registerRequestSchema,
  SignInRequest: signInRequestSchema,
  SigningKey: signingKeySchema,
  SubmissionList: submissionListSchema,
  SubmissionView: submissionViewSchema,
};

type JsonSchema = Record<string, unknown>;

function toJsonSchema(schema: ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _dialect, ...jsonSchema } = z.toJSONSchema(schema, {
    target: 'openapi-3.0',
    io,
    unrepresentable: 'any',
    reused: 'inline',
  }) as JsonSchema;
  return jsonSchema;
}

const INPUTS = /Request$/;

/** For `components.schemas` of the API description. */
export function namedJsonSchemas(): Record<string, JsonSchema> {
  return Object.fromEntries(
    Object.entries(NAMED_SCHEMAS).map(([name, schema]) => [
      name,
      toJsonSchema(schema, INPUTS.test(name) ? 'input' : 'output'),
    ]),
  );
}

/** A reference where the schema has a name of its own, else the schema. */
export function schemaReference(schema: ZodType, io: 'input' | 'output'): JsonSchema {
  const name = Object.entries(NAMED_SCHEMAS).find(([, candidate]) => candidate === schema)?.[0];
  return name === undefined ? toJsonSchema(schema, io) : { $ref: `#/components/schemas/${name}` };
}

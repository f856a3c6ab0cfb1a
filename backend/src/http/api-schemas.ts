import {
  accountViewSchema,
  apiErrorBodySchema,
  boardBandsSchema,
  boardHistorySchema,
  boardPairsSchema,
  challengeViewSchema,
  changePasswordRequestSchema,
  changeVisibilityRequestSchema,
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
  identityListSchema,
  newPasswordRequestSchema,
  notificationListSchema,
  passwordResetRequestSchema,
  preferenceListSchema,
  providerListSchema,
  startSignInRequestSchema,
  invitationOfferSchema,
  createdInvitationSchema,
  invitationRequestSchema,
  invitationSecretSchema,
  profileRequestSchema,
  teamMemberRequestSchema,
  teamRequestSchema,
  teamViewSchema,
  previewSchema,
  registerChallengeRequestSchema,
  registeredSchema,
  registerRequestSchema,
  scorecardSchema,
  signingKeySchema,
  signInRequestSchema,
  submissionListSchema,
  submissionViewSchema,
  withdrawRequestSchema,
} from '@sillage/contracts';
import { z, type ZodType } from 'zod';

const NAMED_SCHEMAS: Record<string, ZodType> = {
  AccountView: accountViewSchema,
  ApiErrorBody: apiErrorBodySchema,
  BoardBands: boardBandsSchema,
  BoardHistory: boardHistorySchema,
  BoardPairs: boardPairsSchema,
  ChallengeView: challengeViewSchema,
  ChangePasswordRequest: changePasswordRequestSchema,
  ChangeVisibilityRequest: changeVisibilityRequestSchema,
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
  CreatedInvitation: createdInvitationSchema,
  IdentityList: identityListSchema,
  InvitationOffer: invitationOfferSchema,
  InvitationRequest: invitationRequestSchema,
  InvitationSecretRequest: invitationSecretSchema,
  NewPasswordRequest: newPasswordRequestSchema,
  NotificationList: notificationListSchema,
  PasswordResetRequest: passwordResetRequestSchema,
  PreferenceList: preferenceListSchema,
  Preview: previewSchema,
  ProviderList: providerListSchema,
  StartSignInRequest: startSignInRequestSchema,
  ProfileRequest: profileRequestSchema,
  TeamMemberRequest: teamMemberRequestSchema,
  TeamRequest: teamRequestSchema,
  TeamView: teamViewSchema,
  RegisterChallengeRequest: registerChallengeRequestSchema,
  Registered: registeredSchema,
  RegisterRequest: registerRequestSchema,
  Scorecard: scorecardSchema,
  SignInRequest: signInRequestSchema,
  SigningKey: signingKeySchema,
  SubmissionList: submissionListSchema,
  SubmissionView: submissionViewSchema,
  WithdrawRequest: withdrawRequestSchema,
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

import { CreateTables1795474800000 } from './1795474800000-create-tables.js';
import { IndexWaitingJobs1795478400000 } from './1795478400000-index-waiting-jobs.js';
import { AddSetsAndComputedMaps1795482000000 } from './1795482000000-add-sets-and-computed-maps.js';
import { RememberDatasetFiles1795485600000 } from './1795485600000-remember-dataset-files.js';
import { AddNetworks1795489200000 } from './1795489200000-add-networks.js';
import { AddStressRuns1795492800000 } from './1795492800000-add-stress-runs.js';
import { AddBoardStatistics1795496400000 } from './1795496400000-add-board-statistics.js';
import { CreateSigningKeys1795500000000 } from './1795500000000-create-signing-keys.js';
import { AddTokenScopes1795503600000 } from './1795503600000-add-token-scopes.js';
import { AddVisibility1795503900000 } from './1795503900000-add-visibility.js';
import { AddProfilesAndTeams1795504200000 } from './1795504200000-add-profiles-and-teams.js';
import { AddNotifications1795504500000 } from './1795504500000-add-notifications.js';
import { AddIdentities1795504800000 } from './1795504800000-add-identities.js';
import { AddAuditLog1795505100000 } from './1795505100000-add-audit-log.js';
import { AddModeration1795505400000 } from './1795505400000-add-moderation.js';
import { AddJobTimes1795505500000 } from './1795505500000-add-job-times.js';
import { AddChallengeSettings1795505700000 } from './1795505700000-add-challenge-settings.js';
import { AddDrafts1795506000000 } from './1795506000000-add-drafts.js';
import { MakeRoomForInspections1795506060000 } from './1795506060000-make-room-for-inspections.js';
import { AddDatasetVersionStates1795506300000 } from './1795506300000-add-dataset-version-states.js';
import { AddRescores1795506600000 } from './1795506600000-add-rescores.js';
import { LeaveOutAttemptsThatWereTriedAgain1795507500000 } from './1795507500000-leave-out-attempts-that-were-tried-again.js';
import { CreateStoreCollections1795507800000 } from './1795507800000-create-store-collections.js';
import { CreateRateCounts1795508700000 } from './1795508700000-create-rate-counts.js';
import { CreateQuotaLedger1795511400000 } from './1795511400000-create-quota-ledger.js';
import { RemoveWarningsFromTheTruth1795515000000 } from './1795515000000-remove-warnings-from-the-truth.js';
import { AddPublicTest1795600800000 } from './1795600800000-add-public-test.js';
import { PackPreviews1795604400000 } from './1795604400000-pack-previews.js';
import { StoreScoresAsJson1795690800000 } from './1795690800000-store-scores-as-json.js';
import { AddStepOfRejections1796601600000 } from './1796601600000-add-step-of-rejections.js';

/** Every migration, oldest first; the data source runs this list. */
export const migrations = [
  CreateTables1795474800000,
  IndexWaitingJobs1795478400000,
  AddSetsAndComputedMaps1795482000000,
  RememberDatasetFiles1795485600000,
  AddNetworks1795489200000,
  AddStressRuns1795492800000,
  AddBoardStatistics1795496400000,
  CreateSigningKeys1795500000000,
  AddTokenScopes1795503600000,
  AddVisibility1795503900000,
  AddProfilesAndTeams1795504200000,
  AddNotifications1795504500000,
  AddIdentities1795504800000,
  AddAuditLog1795505100000,
  AddModeration1795505400000,
  AddJobTimes1795505500000,
  AddChallengeSettings1795505700000,
  AddDrafts1795506000000,
  MakeRoomForInspections1795506060000,
  AddDatasetVersionStates1795506300000,
  AddRescores1795506600000,
  LeaveOutAttemptsThatWereTriedAgain1795507500000,
  CreateStoreCollections1795507800000,
  CreateRateCounts1795508700000,
  CreateQuotaLedger1795511400000,
  RemoveWarningsFromTheTruth1795515000000,
  AddPublicTest1795600800000,
  PackPreviews1795604400000,
  StoreScoresAsJson1795690800000,
  AddStepOfRejections1796601600000,
];

/*
 * Every name of a field that a reply may have while a truth is withheld. A name belongs here once it is clear, from
 * disclosure/, that its value tells nothing of the truth at that level: whoever adds a field adds it here, or the test of
 * what is withheld fails.
 */

const names = (text: string): readonly string[] => text.split(/\s+/).filter((name) => name !== '');

/** Of a blind challenge, to the author of its entries. */
const WHILE_BLIND = names(`
  acceptsFrom acceptsSubmissions activity affiliation algorithm alive alternateIdentifier alternateIdentifierType
  alternateIdentifiers area areaNames areas artefacts askableCount attempt author baselines boards body byMail
  card cells challenge challengeName challenges changes citation coarseErrors code codeUrl createdAt creators
  database datasetVersion date dateInformation dateType dates deadline description descriptionType descriptions
  disclosure displayName disqualified east eastBoundLongitude email end entries entryCount error evaluation
  evaluations evaluatorVersion expectedFiles expiresAt failedReferences failureMessage file files fix form frames
  geoLocationBox geoLocationPlace geoLocations hasPassword headline hidden id identical identicalTo identities
  inApp inputs isCurrent isEmailVerified isHeldBack isInstalled isMine isOrcidVerified isRead kind lacksTruth
  lambdaXDeg language lastUsedAt licence limit mail mayAsk mayCancel mayManage message migrations moderation mu
  name network nextSlotAt normal north northBoundLatitude notifications now obstacle orcid paperUrl path
  pendingCount people perDay perPhase periods phase phases physics preferences previewDays progress protocol
  providers publicKey publicationYear published publishedAt publisher queuePosition queuedJobCount quota rank
  ready records rejection relatedIdentifiers requestId rescores resetsAt resourceType resourceTypeGeneral rights
  rightsIdentifier rightsIdentifierScheme rightsList role rows rules run runs satellites scenario scenarioNames
  scenarios schemaVersion schemeUri scopes scoredBox scores sha256 shadows siblings sizeBytes south
  southBoundLatitude start state stateSince status step store subject subjects submissions summary synthetic
  takenAt tasks team teams title titles tokens types uncertainty unreadCount url used verified version versions
  visibility warnings webPage west westBoundLongitude withdrawal workerCount
`);

/** In a public test besides: what of a score is told, rounded, and what comes of the map alone. */
const IN_A_PUBLIC_TEST = names(`
  areMapsComing at atGridLimit blockSize cost documents entry evaluationId family firstDay format frameCount
  gradientRatio hasMaps intervals isInterpolated lambdaTDays lambdaXKm lastDay latDeg layers lonDeg max method min
  observedShare offset period places platform rankHigh rankLow relatedIdentifier relatedIdentifierType
  relationType rms rmseM runtime scale scoredAt scorerVersion sigma signature slopeWavelengthsKm spectralSlope
  submission submissionId submittedAt tieGroup timeDays truthSpectralSlope unit unresolved value variable
  varianceRatio vorticityRatio
`);

export const TOLD_FIELDS = {
  blind: new Set(WHILE_BLIND),
  'public-test': new Set([...WHILE_BLIND, ...IN_A_PUBLIC_TEST]),
};

import { z } from 'zod';

export const disclosureLevelSchema = z.enum(['practice', 'public-test', 'blind']);
export type DisclosureLevel = z.infer<typeof disclosureLevelSchema>;

/** What of a class a caller may use, as a type that a fake can have too: what is private to the class is no part of it. */
export type Port<Class> = Pick<Class, keyof Class>;

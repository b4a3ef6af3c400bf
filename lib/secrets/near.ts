/** Passwords that tests send in the place of the right one. They show it, so that they are secret as well. */
export const nearPasswords = {
  withoutLast: (password: string): string => password.slice(0, -1),
  withMore: (password: string): string => `${password}x`,
  inOtherCase,
};

function inOtherCase(text: string): string {
  return text.replaceAll(/\p{L}/gu, (letter) => {
    const upper = letter.toUpperCase();
    return upper.length !== letter.length ? letter : upper === letter ? letter.toLowerCase() : upper;
  });
}

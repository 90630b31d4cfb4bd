// What a phone in one hand is to a browser.

export const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

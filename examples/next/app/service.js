"use client";
// The service's address: its own, or one on this machine while you develop.
import { configure } from "iteras";

const base = process.env.NEXT_PUBLIC_ITERAS_BASE;
if (base) configure({ base });

export const Service = () => null;
